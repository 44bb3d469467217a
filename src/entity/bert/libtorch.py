#!/usr/bin/env python3
"""Gets the libtorch that the feature `bert` links, from the Python package registry.

    src/entity/bert/libtorch.py [FOLDER]        (default: target/libtorch)

`tch` downloads libtorch itself where its host can be reached and LIBTORCH is unset. This script is for where it
cannot: of the PyPI wheel of torch it keeps the headers and what runs on a CPU (0.8 GB to download, 0.5 GB on disk).
Linux on x86-64; needs Python 3.8 or newer with pip.
"""

import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

# tch 0.17 links libtorch 2.4.0 and no other; the two nvidia wheels are what its libtorch_cpu.so needs to load
WHEELS = ["torch==2.4.0", "nvidia-cuda-runtime-cu12==12.1.105", "nvidia-cuda-cupti-cu12==12.1.105"]
LIBRARIES = re.compile(r"(^torch/lib/lib(torch_cpu|c10|gomp[^/]*)\.so|/lib(cudart|cupti)\.so\.12)")
HEADERS = "torch/include/"


def download(folder):
    """The wheels, as files of `folder`; those that it has already are kept."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    target = ["--only-binary=:all:", "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--abi", "none"]
    platforms = ["--platform", "manylinux1_x86_64"]
    if subprocess.run(command + target + platforms + ["-d", str(folder)] + WHEELS).returncode != 0:
        sys.exit("pip could not download " + " ".join(WHEELS) + "; this needs a package registry")
    return sorted(folder.glob("*.whl"))


def unpack(wheel, folder):
    """Copies the headers and libraries of one wheel."""
    with zipfile.ZipFile(wheel) as files:
        for name in files.namelist():
            if name.endswith("/"):
                continue
            if name.startswith(HEADERS):
                path = folder / "include" / name[len(HEADERS):]
            elif LIBRARIES.search(name):
                path = folder / "lib" / pathlib.PurePosixPath(name).name
            else:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with files.open(name) as source, path.open("wb") as copy:
                shutil.copyfileobj(source, copy)


def main():
    if len(sys.argv) > 2 or sys.argv[1:] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("this script is for Linux on x86-64; elsewhere leave LIBTORCH unset, and cargo downloads libtorch")
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else "target/libtorch").resolve()
    if (folder / "lib" / "libtorch.so").exists():
        print(f"{folder} is there")
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as wheels:
        for wheel in download(pathlib.Path(wheels)):
            unpack(wheel, folder)
    # the real one would load CUDA; written last, as the mark of a whole folder
    (folder / "lib" / "libtorch.so").write_text("INPUT(libtorch_cpu.so)\n")
    print(f"{folder} is ready: build with LIBTORCH={folder} LIBTORCH_CXX11_ABI=0")


main()
