namespace Serverless.CsvJobs;

/// <summary>The fate of columns that a schema does not have. Whichever is chosen, columns may stand in any order.</summary>
internal enum ExtraColumns
{
    /// <summary>The file is refused.</summary>
    Refuse,

    /// <summary>They are written as texts.</summary>
    Keep,

    /// <summary>They are read and not written.</summary>
    Drop,
}

/// <summary>A column that the schema has under another name.</summary>
/// <param name="Label">Its label in the header.</param>
/// <param name="Name">Its name in the schema.</param>
internal sealed record MappedColumn(string Label, string Name);
