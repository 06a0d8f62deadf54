#!/usr/bin/env bash
# Make the virtual environment VENV and install uv in it, by hash. Every refusal is one sentence.
set -euo pipefail

venv=$1

refuse() {
    echo "$*" >&2
    exit 1
}

system="$(uname -s) $(uname -m)"
if [ "$system" != "Linux x86_64" ] || ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
    refuse "Parley runs by itself on Linux x86_64 with glibc, and this is $system: use a container instead:" \
        'docker run --rm -it --platform linux/amd64 -p 127.0.0.1:8000:8000 -v "$PWD":/parley -w /parley python:3.13 make run LISTEN=0.0.0.0'
fi

suits='import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))'

find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null && "$name" -c "$suits" 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    refuse "Parley needs Python 3.11, 3.12 or 3.13, and none is on PATH ($(python3 --version 2>/dev/null || echo no python3)):" \
        "install one of them and run make again."
}

if ! "$venv/bin/python" -c "$suits" 2>/dev/null || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian and Ubuntu ship these in a package of their own.
        package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            refuse "$python cannot make virtual environments: install it in full (on Debian: sudo apt-get install $package)" \
                "and run make again."
        fi
        echo "Installing $package"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy "$package"; } >/dev/null 2>&1 ||
            refuse "Installing $package failed: check the network, then run make again."
    fi
    echo "Making the virtual environment"
    "$python" -m venv --clear "$venv" || refuse "Making $venv failed: delete it, then run make again."
fi

"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt ||
    refuse "Installing uv failed: check the network and the disk, then run make again."
