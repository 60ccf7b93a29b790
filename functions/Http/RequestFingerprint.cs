using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>
/// A request by its members' hashes: small enough for a row, and enough to tell later whether another request of the same id asks for the
/// same, and in which members it does not. Members that are not given are left out; the order of names and the way in which numbers are
/// written say
/// nothing.
/// </summary>
internal sealed class RequestFingerprint
{
    private const int HashBytes = 12;

    private readonly SortedDictionary<string, string> _members = new(StringComparer.Ordinal);

    /// <summary>Takes a member in, unless it is null.</summary>
    public RequestFingerprint Add<T>(string member, T? value)
    {
        var json = JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web);
        if (json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return this;

        var canonical = new StringBuilder();
        Write(json, canonical);
        _members[member] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString()))[..HashBytes]);
        return this;
    }

    /// <summary>The members in which it differs from a stored one, in the order of their names.</summary>
    public IReadOnlyList<string> ListDifferencesTo(string stored)
    {
        var others = JsonSerializer.Deserialize<Dictionary<string, string>>(stored) ?? [];
        return [.. _members.Keys.Union(others.Keys).Where(m => _members.GetValueOrDefault(m) != others.GetValueOrDefault(m))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The fingerprint as it is stored.</summary>
    public override string ToString() => JsonSerializer.Serialize(_members);

    private static void Write(JsonElement json, StringBuilder target)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                target.Append('{');
                foreach (var member in json.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    target.Append(JsonSerializer.Serialize(member.Name)).Append(':');
                    Write(member.Value, target);
                    target.Append(',');
                }

                target.Append('}');
                break;
            case JsonValueKind.Array:
                target.Append('[');
                foreach (var item in json.EnumerateArray())
                {
                    Write(item, target);
                    target.Append(',');
                }

                target.Append(']');
                break;
            case JsonValueKind.Number:
                target.Append(Number(json.GetRawText()));
                break;
            case JsonValueKind.String:
                target.Append(JsonSerializer.Serialize(json.GetString()));
                break;
            default:
                target.Append(json.GetRawText());
                break;
        }
    }

    // Its digits without zeros at either end, and where the point belongs: 1, 1.0 and 10e-1 are one number, however long it is.
    private static string Number(string text)
    {
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = exponentAt < 0
            ? BigInteger.Zero : BigInteger.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var sign = mantissa.StartsWith('-') ? "-" : "";
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        if (point >= 0) exponent -= mantissa.Length - point - 1;
        var significant = digits.TrimEnd('0');
        exponent += digits.Length - significant.Length;
        significant = significant.TrimStart('0');
        return significant.Length == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{sign}{significant}e{exponent}");
    }
}

/// <summary>An id is in use for another request.</summary>
/// <param name="what">What the id names, such as <c>task</c>.</param>
/// <param name="id">The id.</param>
/// <param name="differing">The members in which the requests differ; none when what has the id was no such request.</param>
internal sealed class IdTakenException(string what, string id, IReadOnlyList<string> differing)
    : Exception(Text(what, id, differing)), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status409Conflict;

    /// <inheritdoc/>
    public string Title => "The id is taken";

    /// <inheritdoc/>
    public IDictionary<string, object?> Extensions => new Dictionary<string, object?> { ["differs"] = Differing };

    /// <summary>The members in which the requests differ.</summary>
    public IReadOnlyList<string> Differing => differing;

    private static string Text(string what, string id, IReadOnlyList<string> differing)
    {
        if (differing.Count == 0)
            return $"The {what} id '{id}' is in use for something that was not asked for by this id. Give another id.";
        var names = differing.Count == 1
            ? $"'{differing[0]}' differs" : $"'{string.Join("', '", differing.SkipLast(1))}' and '{differing[^1]}' differ";
        return $"The {what} id '{id}' is in use for another request: {names}. Give the same request, or another id.";
    }
}
