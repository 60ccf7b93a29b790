using Serverless.Csv.Summary;

namespace Serverless.CsvJobs.Mending;

/// <summary>Asks for one round of mending; its records lie in a blob.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="Round">The round, with nothing counted.</param>
internal sealed record MendTask(string Folder, MendRound Round);

/// <summary>Asks to note that a round changed nothing.</summary>
/// <param name="Task">The round.</param>
/// <param name="Error">Why.</param>
internal sealed record MendFailure(MendTask Task, string Error);
