using System.Buffers;
using Serverless.CsvParsing;

namespace Serverless.UnitTests.Csv.Parsing;

public sealed class ChunkedBufferTests
{
    // Small ones, those that end a chunk, and those that no chunk has room for.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_PiecesOfAllSizes_AreReadInOrder(int seed)
    {
        var random = new Random(seed);
        using var buffer = new ChunkedBuffer();
        var expected = new List<byte>();
        var marks = new List<(int Mark, byte[] Bytes)>();
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(10) switch
            {
                0 => Chunks.Length + random.Next(9),
                1 => random.Next(Chunks.Length),
                _ => random.Next(40),
            }];
            random.NextBytes(bytes);
            switch (random.Next(3))
            {
                case 0:
                    buffer.Write(bytes);
                    break;
                case 1:
                    Assert.Equal(bytes, buffer.Keep(bytes).ToArray());
                    break;
                default:
                    marks.Add((buffer.Mark(bytes.Length), bytes));
                    bytes.CopyTo(buffer.GetSpan(bytes.Length));
                    buffer.Advance(bytes.Length);
                    break;
            }

            expected.AddRange(bytes);
        }

        Assert.Equal(expected.Count, buffer.Length);
        Assert.Equal(expected, buffer.Pieces.SelectMany(p => p.ToArray()));
        Assert.All(marks, m => Assert.Equal(m.Bytes, buffer.From(m.Mark)[..m.Bytes.Length].ToArray()));
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        Assert.Empty(buffer.Pieces.SelectMany(p => p.ToArray()));
    }

    [Fact]
    public void Write_InSmallParts_LeavesNoRoomUnused()
    {
        using var buffer = new ChunkedBuffer();
        var part = new byte[1000];
        for (var i = 0; i < 3_000; i++) buffer.Write(part);

        Assert.Equal((3_000_000 + Chunks.Length - 1) / Chunks.Length, buffer.Pieces.Count);
    }

    [Fact]
    public async Task OpenRead_ReadAgainFromAPosition_GivesTheSame()
    {
        using var buffer = new ChunkedBuffer();
        var bytes = new byte[(2 * Chunks.Length) + 77];
        new Random(4).NextBytes(bytes);
        buffer.Write(bytes);
        await using var stream = buffer.OpenRead();

        Assert.Equal(bytes, await ReadAsync(stream));
        foreach (var from in new[] { 0, 1, Chunks.Length - 1, Chunks.Length, (2 * Chunks.Length) + 1, bytes.Length })
        {
            stream.Seek(from, SeekOrigin.Begin);
            Assert.Equal(bytes.Length - from, stream.Length - stream.Position);
            Assert.Equal(bytes[from..], await ReadAsync(stream));
            stream.Position = from;
            var read = new byte[bytes.Length - from];
            await stream.ReadExactlyAsync(read);
            Assert.Equal(bytes[from..], read);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, 80_000);
        return read.ToArray();
    }
}
