using 'main.bicep'

import { dev } from 'profiles.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'serverless-dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param entraClientId = readEnvironmentVariable('ENTRA_CLIENT_ID', '')
param appSettings = json(readEnvironmentVariable('APP_SETTINGS', '{}'))
param allowedIpRanges = filter(split(readEnvironmentVariable('ALLOWED_IP_RANGES', ''), ','), range => !empty(range))
param keyVault = bool(readEnvironmentVariable('KEY_VAULT', 'false'))
param otlpEndpoint = readEnvironmentVariable('OTEL_EXPORTER_OTLP_ENDPOINT', '')
param profile = 'dev'
param settings = dev
