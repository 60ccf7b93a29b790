using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>Reads the queries of the queues' endpoints; all that is wrong with one is told at once.</summary>
internal sealed class QueueQuery(IQueryCollection query)
{
    private const int MaxPage = 250;
    private const int DefaultPage = 50;
    private const int MaxIds = 100;

    private readonly ValidationErrors _faults = new();

    /// <summary>
    /// <c>id</c>, which may come several times, <c>task</c>, <c>reason</c>, <c>since</c>, <c>before</c> and <c>group</c>.
    /// </summary>
    public DeadLetterFilter ToFilter() =>
        new(
            Ids(), PageQuery.ReadWord(query, "task"), PageQuery.ReadWord(query, "reason"), PageQuery.ReadTime(query, "since", _faults),
            PageQuery.ReadTime(query, "before", _faults), ReadGroup());

    /// <summary><c>size</c> and <c>after</c>.</summary>
    public (int Size, DeadLetterPosition From) ReadPage()
    {
        var (size, after) = PageQuery.Read(query, DefaultPage, MaxPage, _faults);
        if (after is null) return (size, DeadLetterPosition.Start);
        if (!DeadLetterPosition.TryParse(after, out var position)) _faults.Add("after", PageQuery.UnknownPlace);
        return (size, position);
    }

    /// <summary><c>all=true</c>.</summary>
    public bool ReadAll() => string.Equals(PageQuery.ReadWord(query, "all"), "true", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="OptionsRefusedException">Something was wrong.</exception>
    public void Check()
    {
        if (_faults.Any) throw new OptionsRefusedException(_faults);
    }

    private string? ReadGroup()
    {
        var group = PageQuery.ReadWord(query, "group");
        if (group is { Length: not DeadLetterFingerprint.KeyLength }) _faults.Add("group", RequeueCheck.UnknownGroup);
        return group;
    }

    private List<string>? Ids()
    {
        var ids = query["id"].OfType<string>().Where(id => id.Length > 0).ToList();
        if (ids.Count > MaxIds) _faults.Add("id", $"Give at most {MaxIds}.");
        return ids.Count == 0 ? null : ids;
    }
}
