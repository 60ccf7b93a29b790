using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Errors;
using Serverless.Http;
using Serverless.Queues.DeadLetters;

namespace Serverless.Queues.Endpoints;

/// <summary>Reads the queries of the queues' endpoints; all that is wrong with one is told at once.</summary>
internal sealed class QueueQuery(IQueryCollection query)
{
    private const int MaxPage = 250;
    private const int DefaultPage = 50;
    private const int MostIds = 100;

    private readonly List<(string Option, string Sentence)> _faults = [];

    /// <summary><c>id</c>, which may come several times, <c>task</c>, <c>reason</c>, <c>since</c> and <c>before</c>.</summary>
    public DeadLetterFilter Filter() => new(Ids(), Text(query["task"]), Text(query["reason"]), Time("since", query["since"]), Time("before", query["before"]));

    /// <summary><c>top</c>: 1 to 250.</summary>
    public int Top()
    {
        if (Text(query["top"]) is not { } text) return DefaultPage;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPage) return size;
        _faults.Add(("top", $"Give 1 to {MaxPage}."));
        return DefaultPage;
    }

    /// <summary><c>continuation</c>: as a page gave it.</summary>
    public DeadLetterPosition Position()
    {
        if (Text(query["continuation"]) is not { } text) return DeadLetterPosition.Start;
        if (!DeadLetterPosition.TryParse(text, out var position)) _faults.Add(("continuation", "Give what the page before had as its continuation."));
        return position;
    }

    /// <summary><c>all=true</c>.</summary>
    public bool All() => string.Equals(Text(query["all"]), "true", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="TaskValidationException">Something was wrong.</exception>
    public void Check()
    {
        if (_faults.Count > 0) throw new TaskValidationException(_faults);
    }

    private List<string>? Ids()
    {
        var ids = query["id"].OfType<string>().Where(id => id.Length > 0).ToList();
        if (ids.Count > MostIds) _faults.Add(("id", $"Give at most {MostIds}."));
        return ids.Count == 0 ? null : ids;
    }

    private static string? Text(StringValues values) => values is [{ Length: > 0 } text] ? text : null;

    private DateTimeOffset? Time(string name, StringValues values)
    {
        if (Text(values) is not { } text) return null;
        if (UtcTime.TryParse(text, out var time)) return time;
        _faults.Add((name, $"Give {UtcTime.Example}."));
        return null;
    }
}
