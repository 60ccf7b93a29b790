using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Moq;
using Serverless.Csv.Keys;
using Serverless.Csv.Output;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Memory;

/// <summary>The memory that ranges of a job hold. By themselves, since the chunks are counted for the whole process.</summary>
[Collection(nameof(RangeMemoryTests))]
[CollectionDefinition(nameof(RangeMemoryTests), DisableParallelization = true)]
public sealed class RangeMemoryTests
{
    private const int BlockBytes = 4 << 20;
    private const int ChunksOfBlock = BlockBytes / Chunks.Length;

    [Fact]
    public async Task Stager_HoldsWhatIsOnItsWay_AndWhatWasWritten()
    {
        var before = Chunks.Lent;
        var arrives = new TaskCompletionSource<Response<BlockInfo>>();
        var sent = new List<byte>();
        var blob = BlobOf(content => sent.AddRange(content), () => arrives.Task);
        await using var stager = new BlockStager(blob, n => $"{n}", BlockBytes);

        Write(stager, BlockBytes, 1);
        await stager.SendFullAsync(default);
        Write(stager, 2 * Chunks.Length, 2);
        Assert.Equal(ChunksOfBlock + 2, Chunks.Lent - before);

        arrives.SetResult(Mock.Of<Response<BlockInfo>>());
        await stager.FinishAsync(default);
        Assert.Equal(before, Chunks.Lent);
        Assert.Equal([.. Enumerable.Repeat((byte)1, BlockBytes), .. Enumerable.Repeat((byte)2, 2 * Chunks.Length)], sent);
    }

    [Fact]
    public async Task Stager_OfManyBlocks_TakesTheMemoryOfTwo()
    {
        await using var stager = new BlockStager(
            BlobOf(_ => { }, () => Task.FromResult(Mock.Of<Response<BlockInfo>>())), n => $"{n}", BlockBytes);
        var before = Chunks.Lent;
        var most = 0;
        for (var block = 0; block < 20; block++)
        {
            Write(stager, BlockBytes, (byte)block);
            most = Math.Max(most, Chunks.Lent - before);
            await stager.SendFullAsync(default);
        }

        Assert.InRange(most, ChunksOfBlock, 2 * ChunksOfBlock);
        Assert.Equal(20, stager.Blocks);
    }

    // What a check of keys had is what the cleaning takes next.
    [Fact]
    public void Keys_GiveBackAllThatTheyTook()
    {
        var before = Chunks.Lent;
        using (var run = new KeyRun(new KeySlots(1, 64), 250_000))
        {
            for (var i = 0; !run.IsFull; i++) run.Add(0, KeyEntry.OfHash((UInt128)i << 32, i), "a text of more than fifteen bytes"u8);
            Assert.InRange(Chunks.Lent - before, 16, 64);
            run.Clear();
        }

        using (var bins = new KeyBins(250_000))
        {
            for (var i = 0; i < 250_000; i++) bins.Add(KeyEntry.OfText(BitConverter.GetBytes(i), i));
            Assert.InRange(Chunks.Lent - before, 24, 32);
        }

        Assert.Equal(before, Chunks.Lent);
    }

    // A row group's values of each column lay in an array that doubled, in each range anew.
    [Theory]
    [InlineData(3)]
    [InlineData(2_000)]
    public async Task Parquet_TakesTheMemoryOfARowGroup_WhateverItsColumns(int columns)
    {
        var fields = string.Join(',', Enumerable.Range(0, columns).Select(c => $$"""{"name": "c{{c}}", "type": "integer"}"""));
        var before = Chunks.Lent;
        await using (var writer = new ParquetRecordWriter(Cleaned.Schema($$"""{"fields": [{{fields}}]}""")))
        {
            for (var group = 0; group < 2; group++)
            {
                while (writer.Buffered < 8 << 20)
                {
                    writer.Begin();
                    for (var column = 0; column < columns; column++) writer.WriteInteger("1234567"u8);
                    writer.Commit();
                }

                Assert.InRange(Chunks.Lent - before, 1, (10 << 20) / Chunks.Length);
                await writer.FlushAsync();
                Assert.NotEmpty(writer.PendingPieces);
                writer.Clear();
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var row = 0; row < 400; row++)
            {
                writer.Begin();
                for (var column = 0; column < columns; column++) writer.WriteInteger("1234567"u8);
                writer.Commit();
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 100_000);
        }

        Assert.Equal(before, Chunks.Lent);
    }

    private static void Write(BlockStager stager, int bytes, byte value)
    {
        var part = new byte[Chunks.Length];
        Array.Fill(part, value);
        for (var written = 0; written < bytes; written += part.Length) stager.Write(part);
    }

    private static BlockBlobClient BlobOf(Action<byte[]> take, Func<Task<Response<BlockInfo>>> arrive)
    {
        var blob = new Mock<BlockBlobClient>();
        blob.Setup(b => b.StageBlockAsync(
                It.IsAny<string>(), It.IsAny<Stream>(), It.IsAny<BlockBlobStageBlockOptions>(), It.IsAny<CancellationToken>()))
            .Returns(async (string _, Stream content, BlockBlobStageBlockOptions _, CancellationToken _) =>
            {
                using var read = new MemoryStream();
                content.CopyTo(read);
                take(read.ToArray());
                return await arrive();
            });
        return blob.Object;
    }
}
