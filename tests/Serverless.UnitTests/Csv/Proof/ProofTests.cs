using Serverless.Csv.Proof;
using Serverless.CsvJobs.Sources;
using Serverless.Storage;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Proof;

public sealed class ProofTests
{
    [Theory]
    [InlineData(HashKind.XxHash128)]
    [InlineData(HashKind.Sha256)]
    internal void End_OfPieces_IsTheHashOfTheWhole(HashKind kind)
    {
        var random = new Random(1);
        using var hash = new ByteHash(kind);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(3_000)];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length;)
            {
                var count = random.Next(1, bytes.Length - at + 1);
                hash.Append(bytes.AsSpan(at, count));
                at += count;
            }

            Assert.Equal(ByteHash.Of(kind, bytes), hash.End());
        }
    }

    [Fact]
    public async Task FinishAsync_ReadInAnyOrder_HashesTheWholeFileOnce()
    {
        var random = new Random(2);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            using var hash = new ByteHash(HashKind.Sha256);
            var source = new HashedSource(new MemorySource(bytes, random, random.Next(1, 50)), bytes.Length, hash);
            for (var read = random.Next(5); read > 0; read--)
            {
                var offset = random.Next(bytes.Length + 1);
                await using var stream = await source.OpenAsync(offset, random.Next(bytes.Length - offset + 1), CancellationToken.None);
                var buffer = new byte[random.Next(1, 100)];
                while (random.Next(6) > 0 && await stream.ReadAsync(buffer) > 0)
                {
                }
            }

            await source.FinishAsync(CancellationToken.None);

            Assert.Equal(ByteHash.Of(HashKind.Sha256, bytes), hash.End());
        }
    }

    [Fact]
    public async Task CheckAsync_CutOffOrLonger_SaysWhere()
    {
        byte[] content = [1, 2, 3, 4, 5];
        var proof = Proof(content, cut: 2);
        var checker = new ProofChecker(proof);

        var same = await checker.CheckAsync(proof.Outputs[0], new MemoryStream(content), CancellationToken.None);
        var shorter = await checker.CheckAsync(proof.Outputs[0], new MemoryStream(content[..4]), CancellationToken.None);
        var cut = await checker.CheckAsync(proof.Outputs[0], new MemoryStream(content[..1]), CancellationToken.None);
        var cutInput = await checker.CheckInputAsync(null, "in", new MemoryStream(content[..1]), CancellationToken.None);
        var longer = await checker.CheckInputAsync(null, "in", new MemoryStream([.. content, 6, 7]), CancellationToken.None);
        var changed = await checker.CheckInputAsync(null, "in", new MemoryStream([1, 2, 3, 4, 6]), CancellationToken.None);

        Assert.Empty(same);
        Assert.Equal(new ProofDifference("out", 2, 5, "ends in block 2 of 2"), Assert.Single(shorter));
        Assert.Equal(new ProofDifference("out", 0, 5, "ends in block 1 of 2"), Assert.Single(cut));
        Assert.Equal(new ProofDifference("in", 0, 5, "ends here (records 1 to 3)"), Assert.Single(cutInput));
        Assert.Equal(new ProofDifference("in", 5, 7, "2 bytes more than there were"), Assert.Single(longer));
        Assert.Equal(
            new ProofDifference("in", 2, 5, "is in neither output as it stands here (records 1 to 3)"), Assert.Single(changed));
    }

    [Fact]
    public void CheckWhole_PiecesWithGapsOrLostRecords_AreFound()
    {
        var proof = Proof([1, 2, 3, 4, 5], cut: 2);
        Assert.Empty(new ProofChecker(proof).CheckWhole("in"));

        InputPiece[] gap = [proof.Input[0], proof.Input[1] with { Start = 3 }];
        InputPiece[] lost = [proof.Input[0], proof.Input[1] with { Accepted = 1 }];
        InputPiece[] cut = [proof.Input[0]];

        Assert.All(
            (InputPiece[][])[gap, lost, cut],
            pieces => Assert.NotEmpty(new ProofChecker(proof with { Input = pieces }).CheckWhole("in")));
    }

    [Fact]
    public void Mend_AcceptedAndDropped_CountInTheirPieces()
    {
        var pieces = new[]
        {
            new InputPiece(0, 1, ""), new InputPiece(1, 2, "", 1, 3, 1, 1, 1, 2), new InputPiece(2, 3, ""),
            new InputPiece(3, 9, "", 4, 5, 3, 8, 3, 2),
        };
        var proof = new JobProof(HashKind.XxHash128, 9, pieces, [new OutputProof("a", []), new OutputProof("b", [])]);

        var mended = proof.Mend([8, 2], [3], [new OutputProof("b", [new BlockProof(1, "x")])]);

        Assert.Equal([(0L, 0L, 0L), (2, 0, 1), (0, 0, 0), (4, 1, 0)], mended.Input.Select(p => (p.Accepted, p.Rejected, p.Dropped)));
        Assert.Equal([("a", 0), ("b", 1)], mended.Outputs.Select(o => (o.Name, o.Blocks.Count)));
    }

    private static JobProof Proof(byte[] content, int cut)
    {
        string Hash(Range range) => ByteHash.Of(HashKind.Sha256, content.AsSpan(range));
        return new JobProof(
            HashKind.Sha256, content.Length,
            [new InputPiece(0, cut, Hash(..cut)), new InputPiece(cut, content.Length, Hash(cut..), 1, 3, cut, 4, 2, 1)],
            [new OutputProof("out", [new BlockProof(cut, Hash(..cut)), new BlockProof(content.Length - cut, Hash(cut..))])]);
    }
}
