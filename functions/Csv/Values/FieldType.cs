using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Serverless.Csv.Values;

/// <summary>The types of a Table Schema that are checked.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "These are the standard's own names.")]
internal enum FieldType
{
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Time,

    [JsonStringEnumMemberName("datetime")]
    DateTime,

    Year,
    Any,
}
