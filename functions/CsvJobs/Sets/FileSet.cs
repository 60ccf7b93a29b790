namespace Serverless.CsvJobs.Sets;

/// <summary>
/// The files of a job one behind the other, so that they are cut into ranges as one file is: a range may have a piece of one, or many
/// files. What is read from its start only belongs to the range that it starts in.
/// </summary>
internal sealed class FileSet(IReadOnlyList<InputFile> files)
{
    public int Count => files.Count;

    /// <summary>The bytes of all files.</summary>
    public long Size => files.Count == 0 ? 0 : files[^1].End;

    public InputFile this[int index] => files[index];

    /// <summary>The file that has a byte; the number of files for the end.</summary>
    public int Find(long position)
    {
        var (low, high) = (0, files.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (files[middle].End > position) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    /// <summary>
    /// The place where the next record starts, for one that may be in a header or at a file's end: there is one name for it, by which
    /// neighbouring ranges agree.
    /// </summary>
    public long Settle(long position)
    {
        for (var i = Find(position); i < files.Count; i++)
        {
            var file = files[i];
            if (position <= file.Offset + file.First)
            {
                if (file.First < file.Size) return file.Offset + file.First;
            }
            else if (position < file.End && !file.IsSequential)
            {
                return position;
            }
        }

        return Size;
    }
}
