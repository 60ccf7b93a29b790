namespace Serverless.Alarms.Endpoints;

/// <summary>An alarm as callers see it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Definition">What it was put with, and could be put with again.</param>
/// <param name="IsRaised">Something is wrong, and was told.</param>
/// <param name="Causes">What is wrong, the longest first.</param>
/// <param name="Told">Messages so far.</param>
/// <param name="LastTold">When the last one was told; null for never.</param>
/// <param name="Created">When it was first put.</param>
/// <param name="Updated">When it was last put.</param>
internal sealed record AlarmView(
    string Name, AlarmDefinition Definition, bool IsRaised, IReadOnlyList<AlarmCauseView> Causes, int Told, DateTimeOffset? LastTold,
    DateTimeOffset Created, DateTimeOffset Updated)
{
    /// <summary>Describes an alarm.</summary>
    public static AlarmView Of(Alarm alarm) => new(
        alarm.Name, alarm.Definition, alarm.State.Causes.Any(c => c.IsRaised),
        [
            .. alarm.State.Causes.Where(c => c.Since is not null).OrderBy(c => c.Since)
                .Select(c => new AlarmCauseView(c.Name, c.Since!.Value, c.IsRaised ? c.Told : null)),
        ],
        alarm.State.Told, alarm.State.LastTold, alarm.Created, alarm.Updated);
}

/// <summary>Something that is wrong.</summary>
/// <param name="Name">The schedule, queue or task.</param>
/// <param name="Since">Since when, as far as it was seen.</param>
/// <param name="Told">When it was last told; null while it is quiet.</param>
internal sealed record AlarmCauseView(string Name, DateTimeOffset Since, DateTimeOffset? Told);
