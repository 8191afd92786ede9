// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
// Likely mistakes only: the layout is prettier's.
const globals = require("globals");

module.exports = [
    {
        files: ["**/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", luxon: "readonly"},
        },
        rules: {
            "array-callback-return": "error",
            curly: "error",
            "dot-notation": "error",
            eqeqeq: "error",
            "no-console": ["error", {allow: ["warn", "error"]}],
            "no-const-assign": "error",
            "no-debugger": "error",
            "no-dupe-keys": "error",
            "no-duplicate-imports": "error",
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-redeclare": "error",
            "no-shadow": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
            "no-use-before-define": ["error", {functions: false}],
            "no-var": "error",
            "prefer-const": "error",
            yoda: "error",
        },
    },
];
