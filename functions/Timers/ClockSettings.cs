using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Timers;

/// <summary>
/// The due times of timed work: each setting of <c>infra/timers.json</c>, with its value there unless the app's settings say another.
/// </summary>
internal sealed class ClockSettings
{
    /// <summary>The end of a setting's name, behind the work's.</summary>
    public const string Suffix = "Schedule";

    /// <summary>The setting that says how often the clock looks at what is due.</summary>
    public const string ClockSetting = "ClockSchedule";

    private const string Resource = "timers.json";

    /// <summary>By the setting's name.</summary>
    public Dictionary<string, string> Schedules { get; } = new(StringComparer.Ordinal);

    /// <summary>The times at which the clock looks.</summary>
    public WorkSchedule Clock => Find("Clock") ?? throw new InvalidOperationException($"{ClockSetting} must not be off.");

    /// <summary>The due times of work; null when it never is.</summary>
    public WorkSchedule? Find(string work) => Schedules.TryGetValue(work + Suffix, out var text)
        ? WorkSchedule.Parse(text)
        : throw new InvalidOperationException($"infra/{Resource} has no {work}{Suffix}.");

    internal void Read(IConfiguration configuration)
    {
        using var stream = typeof(ClockSettings).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {Resource}.");
        foreach (var (name, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!)
            Schedules[name] = configuration[name] is { Length: > 0 } given ? given : text;
    }

    /// <summary>Names every setting that is no schedule.</summary>
    internal sealed class Validator : IValidateOptions<ClockSettings>
    {
        public ValidateOptionsResult Validate(string? name, ClockSettings options)
        {
            var faults = options.Schedules.Select(s => FindFault(s.Key, s.Value)).OfType<string>().ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }

        private static string? FindFault(string setting, string text)
        {
            try
            {
                return WorkSchedule.Parse(text) is null && setting == ClockSetting ? $"{setting}: the clock cannot be off." : null;
            }
            catch (FormatException fault)
            {
                return $"{setting}: {fault.Message}";
            }
        }
    }
}
