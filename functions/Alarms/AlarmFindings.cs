namespace Serverless.Alarms;

/// <summary>The findings of a look at the causes of an alarm.</summary>
/// <param name="Bad">What is wrong: the name of the schedule, queue or task, and a sentence.</param>
/// <param name="Unknown">Names of what could not be looked at: it stays as it was.</param>
internal sealed record AlarmFindings(IReadOnlyDictionary<string, string> Bad, IReadOnlySet<string> Unknown)
{
    private static readonly HashSet<string> None = [];

    /// <summary>Findings of a look at everything.</summary>
    public AlarmFindings(IReadOnlyDictionary<string, string> bad)
        : this(bad, None)
    {
    }

    /// <summary>The sentence for what an alarm names and is not there any more: it would be silent for ever.</summary>
    public static string WordGone(string kind) =>
        $"There is no such {kind} any more, so that nothing is watched: change or delete the alarm.";
}
