using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Serverless.Files;

/// <summary>Conditions of requests (RFC 9110), as storage takes them.</summary>
internal static class FileConditions
{
    /// <summary>Those of a change: the file must be of this version, or must not be there (<c>If-None-Match: *</c>).</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="fault">What is wrong with them.</param>
    public static BlobRequestConditions OfChange(RequestHeaders headers, out string? fault)
    {
        fault = null;
        if (headers.IfMatch.Count > 1 || headers.IfNoneMatch.Count > 1) fault = "Give one ETag only.";
        return new BlobRequestConditions { IfMatch = Tag(headers.IfMatch), IfNoneMatch = Tag(headers.IfNoneMatch) };
    }

    /// <summary>True when <c>If-Match</c> asks for another version than this.</summary>
    public static bool AsksForAnother(RequestHeaders headers, ETag version) =>
        headers.IfMatch is { Count: > 0 } wanted
        && !wanted.Any(w => w.Equals(EntityTagHeaderValue.Any) || w.Compare(BuildHeader(version), useStrongComparison: true));

    /// <summary>True when a range is asked for that a file of this size does not have.</summary>
    public static bool IsBeyond(RequestHeaders headers, long size) =>
        headers.Range is { Ranges: { Count: 1 } ranges } range && range.Unit == "bytes" && headers.IfRange is null
        && (size == 0 || ranges.Single() is var only && (only.From >= size || only is { From: null, To: 0 }));

    /// <summary>A version as a header.</summary>
    public static EntityTagHeaderValue BuildHeader(ETag version) => EntityTagHeaderValue.Parse(version.ToString("H"));

    private static ETag? Tag(IList<EntityTagHeaderValue> tags) =>
        tags.FirstOrDefault() is { } tag ? tag.Equals(EntityTagHeaderValue.Any) ? ETag.All : new ETag(tag.Tag.ToString()) : null;
}
