using System.Text.Json;

namespace Serverless.Local;

/// <summary>When timers run unless a setting says otherwise: <c>infra/timers.json</c>, which Bicep makes app settings of.</summary>
internal static class TimerSettings
{
    private const string Resource = "timers.json";

    public static IReadOnlyDictionary<string, string?> Read()
    {
        using var stream = typeof(TimerSettings).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {Resource}.");
        return JsonSerializer.Deserialize<Dictionary<string, string?>>(stream) ?? throw new JsonException($"{Resource} is empty.");
    }
}
