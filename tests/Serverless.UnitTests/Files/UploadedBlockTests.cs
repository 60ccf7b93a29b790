using System.Globalization;
using Azure.Storage.Blobs.Models;
using Serverless.Files;
using Serverless.Local.Commands.Remote;

namespace Serverless.UnitTests.Files;

public sealed class UploadedBlockTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("0+4 4+4 8+1", "0+9", 9)]
    [InlineData("4+4", "4+4", 0)]
    [InlineData("0+4 8+4", "0+4 8+4", 4)]
    // Of an earlier try with other parts: it lies across what came later.
    [InlineData("0+8 4+2 8+4", "0+12", 12)]
    public void Blocks_MakeRanges_AndAChainFromTheFirstByte(string blocks, string ranges, long end)
    {
        var staged = UploadedBlock.Of("me", [.. Read(blocks).Reverse().Select(r => Block("me", r.Offset, (int)r.Size))]);

        Assert.Equal(Read(ranges), UploadedBlock.Join(staged));
        var chain = UploadedBlock.Chain(staged, out var found);
        Assert.Equal((end, end), (found, chain.Sum(c => c.Size)));
    }

    [Fact]
    public void Blocks_OfOthers_AreLeftOut()
    {
        var foreign = BlobsModelFactory.BlobBlock(Convert.ToBase64String(new byte[48]), 4);

        var found = UploadedBlock.Of("me", [foreign, Block("you", 0, 4), Block("me", 7, 4)]);

        Assert.Equal(7, Assert.Single(found).Offset);
    }

    // All at one path must be of one length, or storage refuses them: the storage client's are of 48 bytes.
    [Theory]
    [InlineData(0)]
    [InlineData(FileUploads.MaxLength)]
    public void Ids_AreOfTheLengthThatTheStorageClientMakes(long offset) =>
        Assert.Equal(48, Convert.FromBase64String(UploadedBlock.IdOf(new string('x', 64), offset)).Length);

    [Theory]
    [InlineData("", 25, "0+10 10+10 20+5")]
    [InlineData("0+25", 25, "")]
    [InlineData("0+3 20+5", 25, "3+10 13+7")]
    [InlineData("5+5", 25, "0+5 10+10 20+5")]
    [InlineData("", 0, "")]
    public void Missing_IsWhatHasNotArrived_InPartsOfTheSize(string arrived, long length, string expected) =>
        Assert.Equal(Read(expected), PartedUpload.FindMissing([.. Read(arrived)], length, partBytes: 10));

    private static BlobBlock Block(string upload, long offset, int size) =>
        BlobsModelFactory.BlobBlock(UploadedBlock.IdOf(upload, offset), size);

    private static IEnumerable<UploadedRange> Read(string ranges) =>
        ranges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('+')).Select(
            r => new UploadedRange(long.Parse(r[0], CultureInfo.InvariantCulture), long.Parse(r[1], CultureInfo.InvariantCulture)));
}
