using System.Globalization;
using Serverless.Workflows.Run;

namespace Serverless.Workflows;

/// <summary>Ids of runs that run another one again: its id with a number, from 2 on.</summary>
internal static class RerunId
{
    private const int MaxLength = 100;
    private const string Mark = ".r";

    /// <summary>The id of the run after this one.</summary>
    public static string CreateAfter(string id)
    {
        var mark = id.LastIndexOf(Mark, StringComparison.Ordinal);
        var isRerun = mark > 0 && int.TryParse(id[(mark + Mark.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        var number = isRerun ? int.Parse(id[(mark + Mark.Length)..], CultureInfo.InvariantCulture) + 1 : 2;
        var suffix = string.Create(CultureInfo.InvariantCulture, $"{Mark}{number}");
        var start = isRerun ? id[..mark] : id;
        return start.Length + suffix.Length <= MaxLength ? start + suffix : WorkId.OfChild(id, suffix);
    }
}
