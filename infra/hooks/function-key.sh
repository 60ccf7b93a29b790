#!/usr/bin/env bash
# Writes the app's function key, read with the caller's own rights. For the output of $(…) alone: it is a secret.
set -euo pipefail

token=$(azd auth token --output json | jq -r .token)
curl --silent --show-error --fail --max-time 60 --request POST --header @<(printf 'Authorization: Bearer %s\n' "$token") --header 'Content-Length: 0' \
  "${AZURE_MANAGEMENT_URL:-https://management.azure.com}/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$AZURE_FUNCTION_NAME/host/default/listkeys?api-version=2024-04-01" \
  | jq -r .functionKeys.default
