namespace Serverless.Tasks;

/// <summary>Tasks that a setting is for.</summary>
/// <param name="Match">A task's exact name, or the start of names followed by <c>*</c>.</param>
internal sealed record TaskPattern(string Match)
{
    /// <summary>The rule that a pattern follows.</summary>
    public const string Rule = "give a task's name, or the start of names followed by one '*'.";

    /// <summary>True when it follows the rule.</summary>
    public bool IsValid => Match.Length > 0 && Match.IndexOf('*', StringComparison.Ordinal) is var star
        && (star < 0 || star == Match.Length - 1);

    /// <summary>True when it matches all names that start so.</summary>
    private bool IsPrefix => Match.EndsWith('*');

    /// <summary>True for the tasks that it is for.</summary>
    public bool Fits(string task) => IsPrefix ? task.StartsWith(Match[..^1], StringComparison.Ordinal) : task == Match;

    /// <summary>The setting that is for a task: one of its exact name, else of the longest prefix; of two alike the first.</summary>
    public static T? FindBest<T>(IEnumerable<T> settings, Func<T, TaskPattern> of, string task)
        where T : class =>
        settings.Where(setting => of(setting).Fits(task))
            .MaxBy(setting => of(setting) is { IsPrefix: true } prefix ? prefix.Match.Length : int.MaxValue);
}
