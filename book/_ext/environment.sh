#!/bin/sh
# Set up .venv from the lock: with uv if it can be had, else with pip. Usage: environment.sh PYTHON
set -eu
python=$1
# Trust what the machine trusts, under both names that uv has had for it; and no advertisements.
export UV_NATIVE_TLS=true UV_SYSTEM_CERTS=true PIP_DISABLE_PIP_VERSION_CHECK=1
"$python" -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
here=$(pwd -P)
# What came with a copy or a move has the other place in its scripts: it is made anew.
[ -x .venv/bin/python ] && [ "$(cat .venv/ready 2>/dev/null)" = "$here" ] || "$python" -m venv --clear .venv
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
# The command says so where this environment came with a copy or a move: it would work on the other checkout.
cat > .venv/bin/newpip <<'END'
#!/bin/sh
bin=$(cd "$(dirname "$0")" && pwd -P)
book=${bin%/.venv/bin}
[ "$(cat "$bin/../ready" 2>/dev/null)" = "$book" ] && exec "$bin/python" -P -m newpip_book "$@"
echo "$book: its .venv was set up elsewhere; set it up here: cd '$book' && make .venv/ready" >&2
exit 2
END
