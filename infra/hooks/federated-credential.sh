#!/usr/bin/env bash
# Lets the deploy workflow log in: makes an Entra application, trusts the repository's GitHub environments, and gives it rights on the subscription.
# Usage: infra/hooks/federated-credential.sh OWNER/REPOSITORY SUBSCRIPTION_ID [ENVIRONMENT ...]   (needs the Azure CLI, logged in)
#
# `azd pipeline config` trusts branches and pull requests; a job with `environment:` presents another subject and is refused
# (https://github.com/Azure/azure-dev/issues/5473). Do not add the workflow that it offers.
set -euo pipefail

[[ $# -ge 2 && $1 == */* ]] || { echo "Usage: $0 OWNER/REPOSITORY SUBSCRIPTION_ID [ENVIRONMENT ...]" >&2; exit 2; }
repository=$1 subscription=$2
shift 2
environments=("$@")
[[ $# -gt 0 ]] || environments=(dev prod)

name="serverless-deploy-${repository//\//-}"
app=$(az ad app list --display-name "$name" --query '[0].appId' --output tsv)
[[ -n $app ]] || app=$(az ad app create --display-name "$name" --query appId --output tsv)
az ad sp show --id "$app" > /dev/null 2>&1 || az ad sp create --id "$app" > /dev/null

for environment in "${environments[@]}"; do
  known=$(az ad app federated-credential list --id "$app" --query "[?name=='$environment'] | length(@)" --output tsv)
  [[ $known == 0 ]] || continue
  az ad app federated-credential create --id "$app" --parameters "$(printf \
    '{"name": "%s", "issuer": "https://token.actions.githubusercontent.com", "subject": "repo:%s:environment:%s", "audiences": ["api://AzureADTokenExchange"]}' \
    "$environment" "$repository" "$environment")" > /dev/null
done

# Contributor makes the resources, the other gives the app its roles on them.
for role in Contributor 'Role Based Access Control Administrator'; do
  az role assignment create --assignee "$app" --role "$role" --scope "/subscriptions/$subscription" > /dev/null
done

cat <<END
Set these as variables of the repository (not secrets), and give the environment 'prod' required reviewers:
  AZURE_CLIENT_ID=$app
  AZURE_TENANT_ID=$(az account show --query tenantId --output tsv)
  AZURE_SUBSCRIPTION_ID=$subscription
  AZURE_LOCATION=<a region>
END
