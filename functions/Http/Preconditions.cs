using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Serverless.Http;

/// <summary>The conditions of a request that changes something (RFC 9110, 13.1): the versions that it may have.</summary>
internal sealed class Preconditions
{
    private readonly IList<EntityTagHeaderValue> _match;
    private readonly IList<EntityTagHeaderValue> _noneMatch;

    private Preconditions(IList<EntityTagHeaderValue> match, IList<EntityTagHeaderValue> noneMatch) =>
        (_match, _noneMatch) = (match, noneMatch);

    /// <summary>Reads those of a request.</summary>
    /// <exception cref="OptionsRefusedException">They are no ETags: taken for none, they would let anything be changed.</exception>
    public static Preconditions Read(HttpRequest request)
    {
        var faults = new ValidationErrors();
        var conditions = new Preconditions(
            Read("If-Match", request.Headers.IfMatch, faults), Read("If-None-Match", request.Headers.IfNoneMatch, faults));
        return faults.Any ? throw new OptionsRefusedException(faults) : conditions;
    }

    /// <summary>True when what is changed may be of this version.</summary>
    /// <param name="version">The version, without quotes; null when there is nothing yet.</param>
    public bool HoldFor(string? version)
    {
        var tag = version is null ? null : new EntityTagHeaderValue($"\"{version}\"");
        return (_match.Count == 0 || Contains(_match, tag)) && (_noneMatch.Count == 0 || !Contains(_noneMatch, tag));
    }

    private static bool Contains(IList<EntityTagHeaderValue> tags, EntityTagHeaderValue? tag) =>
        tag is not null && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: true));

    private static IList<EntityTagHeaderValue> Read(string name, StringValues values, ValidationErrors faults)
    {
        if (values.Count == 0) return [];
        if (EntityTagHeaderValue.TryParseStrictList([.. values.OfType<string>()], out var tags)) return tags;
        faults.Add(name, "Give ETags as answers have them, in their quotes, or *.");
        return [];
    }
}
