#!/bin/sh
# Set up .venv from the lock: with uv if it can be had, else with pip. Usage: environment.sh PYTHON
set -eu
python=$1
# Trust what the machine trusts, under both names that uv has had for it; and no advertisements.
export UV_NATIVE_TLS=true UV_SYSTEM_CERTS=true PIP_DISABLE_PIP_VERSION_CHECK=1
"$python" -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
[ -x .venv/bin/python ] || "$python" -m venv .venv
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    grep -A40 '^uv==' requirements.txt | sed -n '1p; 2,${/^ /!q; p;}' > .venv/uv.txt
    .venv/bin/python -m pip install --quiet --require-hashes -r .venv/uv.txt && uv=.venv/bin/uv || uv=
fi
if [ -n "$uv" ] && "$uv" pip sync --quiet --require-hashes --python .venv/bin/python requirements.txt; then
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
else
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
fi
