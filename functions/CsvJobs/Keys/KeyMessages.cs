namespace Serverless.CsvJobs.Keys;

/// <summary>Asks to look for duplicates in some slots.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="ETag">The file's content.</param>
/// <param name="Folds">How many folds there are.</param>
/// <param name="FirstSlot">The first slot.</param>
/// <param name="Slots">How many.</param>
internal sealed record CheckTask(string Folder, string ETag, int Folds, int FirstSlot, int Slots);

/// <summary>Asks for what a foreign key refers to in another file.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="ETag">The content of the job's own file.</param>
/// <param name="Key">Which of the schema's foreign keys.</param>
internal sealed record ReferenceTask(string Folder, string ETag, int Key)
{
    /// <summary>The place of its keys among those of ranges: no file is so long.</summary>
    public static long StartOf(int key) => long.MaxValue - key;
}

/// <summary>Asks what comes of columns whose values are held against each other.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="ETag">The file's content.</param>
/// <param name="Folds">How many folds there are.</param>
internal sealed record ColumnsTask(string Folder, string ETag, int Folds);

/// <summary>Asks to put the slots' duplicates in the file's order.</summary>
/// <param name="Folder">The job's folder.</param>
internal sealed record DuplicatesTask(string Folder);
