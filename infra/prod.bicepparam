using 'main.bicep'

import { prod } from 'profiles.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'serverless-prod')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param entraClientId = readEnvironmentVariable('ENTRA_CLIENT_ID', '')
param appSettings = json(readEnvironmentVariable('APP_SETTINGS', '{}'))
param allowedIpRanges = filter(split(readEnvironmentVariable('ALLOWED_IP_RANGES', ''), ','), range => !empty(range))
param messagingUnits = int(readEnvironmentVariable('SERVICE_BUS_MESSAGING_UNITS', '0'))
param keyVault = bool(readEnvironmentVariable('KEY_VAULT', 'false'))
param otlpEndpoint = readEnvironmentVariable('OTEL_EXPORTER_OTLP_ENDPOINT', '')
param profile = 'prod'
param settings = prod
