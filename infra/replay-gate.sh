#!/usr/bin/env bash
# Refuses a deployment after which orchestrations that run could not go on: replays them against this checkout. Run by the deploy workflow before
# `azd deploy`, or by hand. SKIP_REPLAY=1 lets a deployment through all the same.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ${SKIP_REPLAY:-} == 1 ]]; then
  echo "Not replayed: SKIP_REPLAY is 1."
  exit 0
fi

eval "$(azd env get-values | sed 's/^/export /')"

# An app without functions answers 404 even here: nothing can run there yet. One that does not answer at all is no reason to deploy unseen.
code=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 120 --retry 5 --retry-delay 5 --retry-connrefused "$AZURE_FUNCTION_URI/api/health")
if [[ $code == 404 ]]; then
  echo "Nothing to replay: the app has no functions yet."
  exit 0
fi

SERVERLESS_KEY=$(infra/hooks/function-key.sh)
SERVERLESS_TOKEN=$(infra/hooks/entra-token.sh)
export SERVERLESS_KEY SERVERLESS_TOKEN
${SERVERLESS:-dotnet run --configuration Release --project local --} replay --url "$AZURE_FUNCTION_URI"
