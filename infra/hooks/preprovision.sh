#!/usr/bin/env bash
# Refuses what could not be deployed before it is half done. azd runs it with the environment's values as variables.
set -euo pipefail

profile=${SERVERLESS_PROFILE:-dev}
management=${AZURE_MANAGEMENT_URL:-https://management.azure.com}/subscriptions/$AZURE_SUBSCRIPTION_ID

refuse() {
  printf '%s\n' "$@" >&2
  exit 1
}

call() {
  curl --silent --show-error --fail --max-time 60 --header @<(printf 'Authorization: Bearer %s\n' "$token") "$@"
}

case $profile in
  dev | prod) ;;
  *) refuse "SERVERLESS_PROFILE is '$profile'; there are dev and prod." ;;
esac

# A Standard namespace becomes no Premium one, and the names would change with the profile: the files would stay behind.
# https://learn.microsoft.com/azure/service-bus-messaging/service-bus-premium-messaging
if [[ -n ${SERVERLESS_PROVISIONED_PROFILE:-} && $SERVERLESS_PROVISIONED_PROFILE != "$profile" ]]; then
  refuse "The environment '$AZURE_ENV_NAME' was provisioned as '$SERVERLESS_PROVISIONED_PROFILE' and cannot become '$profile'." \
    "Make another one: azd env new $profile && azd env set SERVERLESS_PROFILE $profile && azd up"
fi

token=$(azd auth token --output json | jq --raw-output .token)

# The same question as `az functionapp list-flexconsumption-locations`: a list of our own would grow old.
regions=$(call "$management/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2024-04-01" | jq --raw-output '.value[].properties.displayName')
if ! grep --quiet --line-regexp "$(tr -d ' ' <<< "$AZURE_LOCATION")" <<< "$(tr -d ' ' <<< "$regions" | tr '[:upper:]' '[:lower:]')"; then
  refuse "Flex Consumption is not offered in '$AZURE_LOCATION'. It is in:" "$regions" "Choose one: azd env set AZURE_LOCATION REGION"
fi

# Load may have given the broker more messaging units than it began with: the deployment keeps them. The list of all resources answers also where no
# broker ever was. https://learn.microsoft.com/rest/api/resources/resources/list
if [[ $profile == prod ]]; then
  brokers="$management/resources?%24filter=resourceType%20eq%20%27Microsoft.ServiceBus%2Fnamespaces%27&api-version=2021-04-01"
  units=$(call "$brokers" | jq --arg group "/resourcegroups/rg-$AZURE_ENV_NAME/" '[.value[]
    | select(.sku.tier == "Premium" and (.id | ascii_downcase | contains($group | ascii_downcase)) and (.name | endswith("-2") | not))
    | .sku.capacity] | max // 0')
  azd env set SERVICE_BUS_MESSAGING_UNITS "$units"
fi

# The app's subnet is delegated to Microsoft.App/environments, which needs the provider:
# https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#enable-virtual-network-integration
if [[ $profile == prod ]]; then
  provider="$management/providers/Microsoft.App"
  state() { call "$provider?api-version=2021-04-01" | jq --raw-output .registrationState; }
  if [[ $(state) != Registered ]]; then
    echo "Registering the resource provider Microsoft.App"
    call --request POST --header 'Content-Length: 0' "$provider/register?api-version=2021-04-01" > /dev/null
    for _ in $(seq "${REGISTRATION_CHECKS:-36}"); do
      [[ $(state) == Registered ]] && exit 0
      sleep "${REGISTRATION_PAUSE:-5}"
    done
    refuse "Microsoft.App is not registered yet. Wait a few minutes and run azd up again."
  fi
fi
