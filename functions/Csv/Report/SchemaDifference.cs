using System.Text.Json.Serialization;

namespace Serverless.Csv.Report;

/// <summary>The difference of a file's column from its schema.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SchemaDifferenceKind>))]
internal enum SchemaDifferenceKind
{
    /// <summary>The schema has the column, the file has not.</summary>
    [JsonStringEnumMemberName("missing")] Missing,

    /// <summary>The file has the column, the schema has not.</summary>
    [JsonStringEnumMemberName("additional")] Additional,

    /// <summary>It stands elsewhere.</summary>
    [JsonStringEnumMemberName("moved")] Moved,

    /// <summary>Most of its values are of another type.</summary>
    [JsonStringEnumMemberName("retyped")] Retyped,
}

/// <summary>One difference.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Expected">Its place (from 1) or type in the schema; null for an additional one.</param>
/// <param name="Found">Its place or type in the file; null for a missing one.</param>
internal sealed record SchemaDifference(SchemaDifferenceKind Kind, string Column, string? Expected = null, string? Found = null);
