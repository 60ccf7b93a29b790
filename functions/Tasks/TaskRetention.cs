using Microsoft.Extensions.Configuration;

namespace Serverless.Tasks;

/// <summary>
/// Finds the time that a task's state and result are kept after its end, where its sender does not say: the setting for its name
/// (<c>Tasks:Retention:0:Match</c>, <c>Tasks:Retention:0:Keep</c>, ...), else what its handler says.
/// </summary>
internal sealed class TaskRetention
{
    /// <summary>The least time that anything is kept.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromMinutes(1);

    /// <summary>The longest time that anything is kept.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(30);

    private readonly List<Setting> _settings;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">Some are at fault: all faults in one message.</exception>
    public TaskRetention(TaskRegistry registry, IConfiguration configuration)
    {
        _settings = [.. configuration.GetSection("Tasks:Retention").GetChildren().Select(Setting.Read)];
        var faults = _settings.SelectMany(setting => FindFaults(setting, registry)).ToList();
        if (faults.Count > 0)
            throw new InvalidOperationException(
                $"The settings Tasks__Retention are at fault:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
    }

    /// <summary>The time that runs of a task are kept.</summary>
    public TimeSpan Find(TaskDefinition definition) =>
        TaskPattern.FindBest(_settings, setting => setting.Tasks, definition.Name)?.Keep
            ?? TimeSpan.FromSeconds(definition.Attribute.KeepSeconds);

    private static IEnumerable<string> FindFaults(Setting setting, TaskRegistry registry)
    {
        var (tasks, keep) = setting;
        if (!tasks.IsValid) yield return $"'{tasks.Match}': {TaskPattern.Rule}";
        else if (!registry.All.Any(task => tasks.Fits(task.Name))) yield return $"'{tasks.Match}': there is no such task.";
        if (keep is null || keep < Min || keep > Max)
            yield return $"'{tasks.Match}': Keep is a number with s, m, h or d, such as 90m, from 60s to 30d.";
    }

    private sealed record Setting(TaskPattern Tasks, TimeSpan? Keep)
    {
        public static Setting Read(IConfigurationSection section) => new(
            new TaskPattern(section["Match"] ?? ""),
            ShortDurationConverter.TryParse(section["Keep"], out var keep) ? keep : null);
    }
}
