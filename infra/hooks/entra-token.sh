#!/usr/bin/env bash
# Writes the token that an app behind an Entra registration wants besides its key, for whoever is logged in to azd; nothing where there is none.
# For the output of $(…) alone: it is a secret. https://learn.microsoft.com/azure/developer/azure-developer-cli/reference#azd-auth-token
set -euo pipefail

if [[ -n ${ENTRA_CLIENT_ID:-} ]]; then
  azd auth token --scope "api://$ENTRA_CLIENT_ID/.default" --output json | jq -r .token
fi
