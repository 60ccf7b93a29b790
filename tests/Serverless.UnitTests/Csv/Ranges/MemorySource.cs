using Serverless.CsvParsing;
using Serverless.UnitTests.Csv.Parsing;

namespace Serverless.UnitTests.Csv.Ranges;

/// <summary>A file in memory that arrives in portions, and remembers what was asked of it.</summary>
internal sealed class MemorySource(byte[] bytes, Random random, int portion) : IRangeSource
{
    public List<(long Offset, long Count)> Requests { get; } = [];

    public ValueTask<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken)
    {
        Requests.Add((offset, count));
        return ValueTask.FromResult<Stream>(new TrickleStream(bytes.AsMemory((int)offset, (int)count), random, portion));
    }
}
