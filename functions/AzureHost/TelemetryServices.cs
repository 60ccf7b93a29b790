using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using Serverless.Monitoring;
using Serverless.Timers;

namespace Serverless.AzureHost;

/// <summary>Sends the worker's traces, metrics and logs to the targets whose settings are there.</summary>
internal static class TelemetryServices
{
    private const string MonitorSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string MonitorAuthentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry().UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(Telemetry.Name, TimerTelemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name, TimerTelemetry.Name));
        if (configuration[OtlpSetting] is { Length: > 0 }) telemetry.UseOtlpExporter();
        if (configuration[MonitorSetting] is { Length: > 0 } connection)
        {
            telemetry.UseAzureMonitorExporter(options =>
            {
                options.ConnectionString = connection;
                // The host reads the same setting: it is there when the resource takes no instrumentation key.
                if (IsEntra(configuration[MonitorAuthentication])) options.Credential = new DefaultAzureCredential();
            });
        }

        return services;
    }

    private static bool IsEntra(string? authentication) =>
        authentication?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase) ?? false;
}
