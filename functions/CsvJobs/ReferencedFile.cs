using Serverless.Csv.Schema;

namespace Serverless.CsvJobs;

/// <summary>A file or table that foreign keys refer to.</summary>
/// <param name="Resource">Its name in the schema.</param>
/// <param name="Blob">The blob, such as <c>incoming/customers.csv</c>, or <c>table:</c> and a table of the load's database.</param>
internal sealed record ReferencedFile(string Resource, string Blob)
{
    /// <summary>The blob or table that a foreign key means: what the options call so, or else what the schema itself names.</summary>
    public static string NameOf(ForeignKey key, IReadOnlyList<ReferencedFile>? references) =>
        references?.FirstOrDefault(r => r.Resource == key.Resource)?.Blob ?? key.Resource;
}
