using System.Text.Json.Serialization;

namespace Serverless.CsvJobs.Load;

/// <summary>The treatment of the rows that the table has already.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoadMode>))]
internal enum LoadMode
{
    /// <summary>They stay.</summary>
    Append,

    /// <summary>They go, in the same transaction.</summary>
    Replace,

    /// <summary>Those with the key of a new record are overwritten.</summary>
    Upsert,
}

/// <summary>The target of a job's accepted records besides its output.</summary>
/// <param name="Connection">The name of a connection string in the app's settings.</param>
/// <param name="Table">The table, with its schema where that is not the connection's own.</param>
/// <param name="Mode">What becomes of the rows it has.</param>
/// <param name="Key">The columns that name a row; for <see cref="LoadMode.Upsert"/>, and the primary key of a table that is made.</param>
/// <param name="Create">Makes the table if it is missing.</param>
internal sealed record LoadOptions(string Connection, string Table, LoadMode Mode, IReadOnlyList<string> Key, bool Create);
