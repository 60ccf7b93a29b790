namespace Serverless.CsvJobs;

/// <summary>A file that foreign keys refer to.</summary>
/// <param name="Resource">Its name in the schema.</param>
/// <param name="Blob">The blob, such as <c>incoming/customers.csv</c>.</param>
internal sealed record ReferencedFile(string Resource, string Blob);
