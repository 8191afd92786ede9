# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files put into a folder below one root, and nowhere else."""

import os
import tempfile
from pathlib import Path, PurePosixPath

LONGEST = 200


class FolderError(ValueError):
    """A file was not put there.

    :param str reason: name, root, outside, taken, unsure or system.
    """

    def __init__(self, reason, detail=""):
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def check_folder(name):
    """Return the parts of a folder's name, as it is typed.

    :param str name: such as ``pastel/kudu``; "" is the root itself.
    :rtype: tuple[str]
    :raise FolderError: when it is no plain name below a root.
    """
    parts = PurePosixPath(name).parts
    plain = name.isprintable() and len(name) <= LONGEST and "\\" not in name
    hidden = any(part.startswith(".") or ":" in part for part in parts)
    if not plain or hidden or name.startswith(("/", "~")):
        raise FolderError("name", name)
    return parts


def find_folder(root, name):
    """Return the folder, made if it was not there, once all links are followed.

    :param str root: absolute path that the server was configured with.
    :param str name: see ``check_folder``.
    :rtype: Path
    :raise FolderError: when there is no root, or the folder is not below it.
    """
    if not root or not Path(root).is_absolute() or not Path(root).is_dir():
        raise FolderError("root")
    top = Path(root).resolve()
    folder = top.joinpath(*check_folder(name)).resolve()
    if folder != top and top not in folder.parents:
        raise FolderError("outside", name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderError("system", error.strerror or "") from error
    return folder


def put(folder, name, content):
    """Put a file into a folder, whole or not at all; again is the same.

    :param Path folder: from ``find_folder``.
    :param str name: of the file, without a path.
    :param bytes content: of the file.
    :raise FolderError: when another file has that name, or the system refuses.
    """
    if len(check_folder(name)) != 1:
        raise FolderError("name", name)
    target = folder / name
    try:
        if target.is_symlink() or target.exists():
            if target.is_symlink() or target.read_bytes() != content:
                raise FolderError("taken", name)
            return
        # Under another name first: whoever watches the folder sees whole files only.
        handle, path = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        Path(path).chmod(0o640)
        Path(path).replace(target)
    except OSError as error:
        raise FolderError("system", error.strerror or "") from error
