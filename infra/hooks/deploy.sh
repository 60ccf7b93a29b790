#!/usr/bin/env bash
# Deploys, and tries again where it is refused: roles that were just given take up to ten minutes to work, and the package is stored with one.
# https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
set -euo pipefail

# The package is built for what the template has made: see functions/Serverless.Functions.csproj.
SERVERLESS_DURABLE=$(azd env get-values | sed -n 's/^SERVERLESS_DURABLE="\(.*\)"$/\1/p')
export SERVERLESS_DURABLE

tries=${DEPLOY_TRIES:-4}
for try in $(seq "$tries"); do
  if azd deploy --no-prompt; then exit 0; fi
  [[ $try == "$tries" ]] && break
  echo "Not deployed; next try in ${DEPLOY_PAUSE:-120} seconds."
  sleep "${DEPLOY_PAUSE:-120}"
done
echo "Not deployed after $tries tries: what azd said above is no matter of waiting." >&2
exit 1
