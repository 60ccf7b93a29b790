namespace Serverless.Monitoring;

/// <summary>An hour's runs by minute: what a rate over the last minutes needs, and no more.</summary>
internal sealed class MinuteCounts
{
    private const int Minutes = 60;
    private const int Succeeded = 0, Failed = 1, Retried = 2, Revoked = 3, Ticks = 4, Columns = 5;

    private readonly long[] _cells = new long[Minutes * Columns];

    /// <summary>Adds a run to a minute.</summary>
    public void Add(int minute, TaskExecution run)
    {
        var column = run.State switch
        {
            ExecutionState.Success => Succeeded,
            ExecutionState.Failure => Failed,
            ExecutionState.Revoked => Revoked,
            _ => Retried,
        };
        _cells[(minute * Columns) + column]++;
        _cells[(minute * Columns) + Ticks] += run.Duration.Ticks;
    }

    /// <summary>Adds the runs of other counts of the same hour.</summary>
    public void Merge(MinuteCounts other)
    {
        for (var i = 0; i < _cells.Length; i++) _cells[i] += other._cells[i];
    }

    /// <summary>Adds the runs of some minutes to totals.</summary>
    /// <param name="from">The first minute.</param>
    /// <param name="to">The minute after the last.</param>
    /// <param name="totals">Their counts and durations grow; what a sum cannot tell stays as it is.</param>
    public void AddTo(int from, int to, TaskTotals totals)
    {
        for (var minute = Math.Max(from, 0); minute < Math.Min(to, Minutes); minute++)
        {
            var cells = _cells.AsSpan(minute * Columns, Columns);
            totals.Succeeded += cells[Succeeded];
            totals.Failed += cells[Failed];
            totals.Retried += cells[Retried];
            totals.Revoked += cells[Revoked];
            totals.Total += cells[Succeeded] + cells[Failed] + cells[Retried] + cells[Revoked];
            totals.Duration += new TimeSpan(cells[Ticks]);
        }
    }

    /// <summary>The minutes that have runs, each with its counts, in seven bits a byte.</summary>
    public byte[] ToBytes()
    {
        using var target = new MemoryStream();
        using var writer = new BinaryWriter(target);
        for (var minute = 0; minute < Minutes; minute++)
        {
            var cells = _cells.AsSpan(minute * Columns, Columns);
            if (cells.IndexOfAnyExcept(0L) < 0) continue;
            writer.Write((byte)minute);
            foreach (var cell in cells) writer.Write7BitEncodedInt64(cell);
        }

        return target.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It did not.</exception>
    public static MinuteCounts FromBytes(byte[] bytes)
    {
        var counts = new MinuteCounts();
        using var source = new MemoryStream(bytes);
        using var reader = new BinaryReader(source);
        try
        {
            while (source.Position < source.Length)
            {
                var minute = reader.ReadByte();
                if (minute >= Minutes) throw new InvalidDataException("Minute counts have a minute that cannot be.");
                for (var column = 0; column < Columns; column++) counts._cells[(minute * Columns) + column] = reader.Read7BitEncodedInt64();
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("Minute counts are cut off.", e);
        }

        return counts;
    }
}
