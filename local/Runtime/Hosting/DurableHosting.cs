using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Hosting;

internal static class DurableHosting
{
    /// <summary>The engine with its triggers; host.json's <c>extensions.durableTask</c> bounds it.</summary>
    public static IServiceCollection AddDurableFunctions(this IServiceCollection services, TimeSpan drainTimeout) => services
        .AddSingleton<ITriggerKind, OrchestrationTriggerKind>()
        .AddSingleton<ITriggerKind, ActivityTriggerKind>()
        .AddSingleton<DurableFunctions>()
        .AddSingleton(provider => Create(provider, drainTimeout));

    private static DurableEngine Create(IServiceProvider provider, TimeSpan drainTimeout)
    {
        var section = provider.GetRequiredService<HostSettings>().GetExtension("durableTask");
        var options = new DurableEngineOptions(provider.GetRequiredService<SqliteStore>())
        {
            Time = provider.GetRequiredService<TimeProvider>(),
            Logging = provider.GetRequiredService<ILoggerFactory>(),
            DrainTimeout = drainTimeout,
        };
        return new DurableEngine(provider.GetRequiredService<DurableFunctions>(), options with
        {
            MaxConcurrentActivities = Positive(section, "maxConcurrentActivityFunctions") ?? options.MaxConcurrentActivities,
            MaxConcurrentOrchestrators = Positive(section, "maxConcurrentOrchestratorFunctions") ?? options.MaxConcurrentOrchestrators,
            Versions = new VersionRule(
                section["defaultVersion"], Match(section["versionMatchStrategy"]), Failure(section["versionFailureStrategy"])),
        });
    }

    private static VersionMatch Match(string? text) => text switch
    {
        null => VersionMatch.CurrentOrOlder,
        _ when Enum.TryParse<VersionMatch>(text, ignoreCase: true, out var match) && Enum.IsDefined(match) => match,
        _ =>
            throw new InvalidDataException(
                $"host.json: extensions.durableTask.versionMatchStrategy is '{text}'; it must be None, Strict or CurrentOrOlder."),
    };

    private static VersionFailure Failure(string? text) => text switch
    {
        null => VersionFailure.Reject,
        _ when Enum.TryParse<VersionFailure>(text, ignoreCase: true, out var failure) && Enum.IsDefined(failure) => failure,
        _ => throw new InvalidDataException(
            $"host.json: extensions.durableTask.versionFailureStrategy is '{text}'; it must be Reject or Fail."),
    };

    private static int? Positive(IConfiguration section, string name)
    {
        if (section[name] is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InvalidDataException($"host.json: extensions.durableTask.{name} is '{text}'; it must be a whole number from 1.");
    }
}
