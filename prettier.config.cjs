// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
// Found through NODE_PATH: the packages are installed outside of the repo.
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    bracketSpacing: false,
    printWidth: 88,
    proseWrap: "always",
    semi: true,
    tabWidth: 4,
    trailingComma: "es5",
    xmlSelfClosingSpace: true,
    xmlWhitespaceSensitivity: "ignore",
    overrides: [{files: ["*.yml", "*.yaml"], options: {tabWidth: 2}}],
};
