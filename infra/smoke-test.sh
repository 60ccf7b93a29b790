#!/usr/bin/env bash
# Sends a CSV to the deployed app and waits for what comes out. Run by the deploy workflow, or by hand after `azd up`.
set -euo pipefail

eval "$(azd env get-values | sed 's/^/export /')"
file="$(dirname "$0")/../local/samples/orders.csv"
path="smoke-test/$(date -u +%Y%m%dT%H%M%S).csv"

key=$("$(dirname "$0")/hooks/function-key.sh")
token=$("$(dirname "$0")/hooks/entra-token.sh")

headers() {
  printf 'x-functions-key: %s\n' "$key"
  if [[ -n $token ]]; then printf 'Authorization: Bearer %s\n' "$token"; fi
}

call() { curl --silent --show-error --fail --max-time 60 --header @<(headers) "$@"; }

# A new deployment may take a minute to answer.
started=$(call --retry 20 --retry-delay 6 --retry-all-errors --upload-file "$file" "$AZURE_FUNCTION_URI/api/csv/$path")
echo "$started"
id=$(jq -r .id <<< "$started")

for _ in $(seq 60); do
  status=$(call "$AZURE_FUNCTION_URI/api/csv/$id")
  case $(jq -r .status <<< "$status") in
    Completed) echo "$status"; exit 0 ;;
    Failed | Cancelled) echo "$status" >&2; exit 1 ;;
  esac
  sleep 5
done

echo "The job did not end within five minutes: $status" >&2
exit 1
