using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;

namespace Serverless.CsvJobs.Sets;

/// <summary>
/// Finds the file and its line for lines that were counted from the start of a range, for ranges that are added in their order.
/// </summary>
internal sealed class FilePlaces(IReadOnlyList<InputFile> files, FilesSoFar? before)
{
    private readonly List<FileCount> _counts = [.. before?.Counts ?? []];
    private readonly Dictionary<long, List<Piece>> _ranges = [];
    private readonly List<Piece> _pieces = [];
    private int _last = before?.Last ?? -1;
    private long _lines = before?.Lines ?? 0;
    private long _rows = before?.Counts.Sum(c => c.Rows) ?? 0;

    /// <summary>The files up to the last range that was added.</summary>
    public FilesSoFar SoFar => new([.. _counts], _last, _lines);

    /// <summary>Adds a range.</summary>
    /// <param name="start">Where it starts.</param>
    /// <param name="segments">What it read.</param>
    public void Add(long start, IEnumerable<FileSegment> segments)
    {
        var pieces = new List<Piece>();
        var lines = 0L;
        foreach (var segment in segments)
        {
            if (segment.IsStart) (_last, _lines) = (segment.File, files[segment.File].HeaderLines);
            while (_counts.Count <= segment.File) _counts.Add(new FileCount(0, 0));
            var count = _counts[segment.File];
            _counts[segment.File] = count with { Rows = count.Rows + segment.Rows };
            pieces.Add(new Piece(segment, lines + segment.Lines, _lines - lines, _rows));
            lines += segment.Lines;
            _lines += segment.Lines;
            _rows += segment.Rows;
        }

        _ranges[start] = pieces;
        _pieces.AddRange(pieces);
    }

    /// <summary>Finds the file of a line, and its number there.</summary>
    /// <param name="start">The range.</param>
    /// <param name="line">The line, counted from 1 at the range's first record.</param>
    public (string Path, long Line) Find(long start, long line)
    {
        var piece = At(start, line);
        return (files[piece.Segment.File].Path, line + piece.Shift);
    }

    /// <summary>Starts a line of the rejects with the file and its line there, and counts it.</summary>
    public long Reject(long start, long line, PendingBuffer beginning)
    {
        var piece = At(start, line);
        var file = piece.Segment.File;
        var count = _counts[file];
        _counts[file] = count with { Rejected = count.Rejected + 1 };
        piece.Rejected++;
        CsvText.Append(beginning, Encoding.UTF8.GetBytes(files[file].Path));
        beginning.Append((byte)',');
        return line + piece.Shift;
    }

    /// <summary>The bytes of all that was added, once its rejects are counted; null when an earlier version read some.</summary>
    public IReadOnlyList<InputPiece>? FindPieces()
    {
        if (_pieces.Exists(p => p.Segment.Piece is null)) return null;
        return [.. _pieces.Where(p => p.Segment.Piece!.End > p.Segment.Piece.Start).Select(p => p.Segment.Piece! with
        {
            File = files[p.Segment.File].Path,
            FirstRow = p.Segment.Rows == 0 ? 0 : p.RowsBefore + 1,
            Rows = p.Segment.Rows,
            Accepted = p.Segment.Rows - p.Rejected,
            Rejected = p.Rejected,
        })];
    }

    private Piece At(long start, long line)
    {
        var pieces = _ranges[start];
        var (low, high) = (0, pieces.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (pieces[middle].End >= line) high = middle;
            else low = middle + 1;
        }

        return pieces[low];
    }

    /// <summary>A file's lines in a range.</summary>
    /// <param name="Segment">What was read.</param>
    /// <param name="End">The last of them, counted from the range's start.</param>
    /// <param name="Shift">What makes a line of the range one of the file.</param>
    /// <param name="RowsBefore">The records of all files before it.</param>
    private sealed record Piece(FileSegment Segment, long End, long Shift, long RowsBefore)
    {
        public long Rejected { get; set; }
    }
}
