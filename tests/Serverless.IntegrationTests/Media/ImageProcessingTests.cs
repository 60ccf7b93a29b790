using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.IntegrationTests.Tasks;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using SkiaSharp;
using static Serverless.IntegrationTests.Media.TestImages;

namespace Serverless.IntegrationTests.Media;

[Collection(TaskTests.Name)]
public sealed class ImageProcessingTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _folder = Guid.NewGuid().ToString("N");
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite, settings: new() { ["Media:MaxBytes"] = "100000" });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_OverHttp_MakesTheImagesAndSaysWhich()
    {
        await UploadAsync("cat.jpg", WithExif(Encode(Store(Corners(64, 32), 6), SKEncodedImageFormat.Jpeg), 6));

        var id = await SendAsync($$$"""
            {"source":"media/{{{_folder}}}/cat.jpg",
             "targets":[{"blob":"media/{{{_folder}}}/part.png","crop":{"x":32,"y":0,"width":32,"height":16} }],
             "thumbnails":{"blob":"media/{{{_folder}}}/cat-{size}.webp","sizes":[8,16]}}
            """);
        var record = await _host.WaitAsync(id, TaskState.Success);

        Assert.Equal("media", record.Queue);
        var result = record.Result!.Value;
        Assert.Equal(
            (64, 32, "jpeg"),
            (result.GetProperty("source").GetProperty("width").GetInt32(), result.GetProperty("source").GetProperty("height")
                .GetInt32(), result.GetProperty("source").GetProperty("format").GetString()));
        Assert.Equal(
            [$"media/{_folder}/part.png 32x16 png", $"media/{_folder}/cat-8.webp 8x4 webp", $"media/{_folder}/cat-16.webp 16x8 webp"],
            result.GetProperty("images").EnumerateArray()
                .Select(i => $"{i.GetProperty("blob")} {i.GetProperty("width")}x{i.GetProperty("height")} {i.GetProperty("format")}"));
        using var part = Decode((await DownloadAsync("part.png")).Content);
        using var expected = Draw(32, 16, (_, _) => SKColors.Lime);
        AssertEqual(expected, part, tolerance: 4);
        Assert.Equal("image/webp", (await DownloadAsync("cat-16.webp")).Type);
    }

    [Fact]
    public async Task Run_Twice_LeavesTheSameBytes()
    {
        await UploadAsync("a.png", Encode(Corners(40, 40), SKEncodedImageFormat.Png));
        var args = $$"""{"source":"media/{{_folder}}/a.png","targets":[{"blob":"media/{{_folder}}/a.jpg","width":10}]}""";

        await _host.WaitAsync(await SendAsync(args), TaskState.Success);
        var first = await DownloadAsync("a.jpg");
        await _host.WaitAsync(await SendAsync(args), TaskState.Success);

        Assert.Equal(first, await DownloadAsync("a.jpg"), (a, b) => a.Content.AsSpan().SequenceEqual(b.Content));
    }

    [Fact]
    public async Task Run_AtFault_FailsForGoodAndMakesNothing()
    {
        await UploadAsync("a.png", Encode(Corners(40, 40), SKEncodedImageFormat.Png));
        await UploadAsync("text.png", "no image"u8.ToArray());
        await UploadAsync("large.png", new byte[100_001]);
        await UploadAsync("bomb.png", Bomb(50_000, 50_000));

        await FailsAsync("missing.png", "", $"source: there is no blob media/{_folder}/missing.png.");
        await FailsAsync("text.png", "", "is no image that can be read");
        await FailsAsync("large.png", "", "has 100001 bytes; at most 100000 are read (setting Media__MaxBytes).");
        await FailsAsync("bomb.png", "", "has 50000 × 50000 pixels; at most");
        await FailsAsync(
            "a.png", ",\"crop\":{\"x\":2147483647,\"y\":0,\"width\":2147483647,\"height\":1}",
            "crop: does not lie within the image, which has 40 × 40 pixels.");
        await FailsAsync("a.png", ",\"width\":16000,\"enlarge\":true", "would have 16000 × 16000 pixels; at most");
    }

    private async Task FailsAsync(string source, string options, string expected)
    {
        var good = $$"""{"blob":"media/{{_folder}}/good.png"}""";
        var id = await SendAsync(
            $$"""{"source":"media/{{_folder}}/{{source}}","targets":[{{good}},{"blob":"media/{{_folder}}/made.png"{{options}}}]}""");

        var record = await _host.WaitAsync(id, TaskState.Failure);

        Assert.Equal((ErrorClass.Validation, 0), (record.Error!.Class, record.Attempt));
        Assert.Contains(expected, record.Error.Message, StringComparison.Ordinal);
        Assert.False(await (await azurite.Containers.GetAsync(Containers.Media)).GetBlobClient($"{_folder}/good.png").ExistsAsync());
    }

    private async Task<string> SendAsync(string args)
    {
        using var response = await _host.Http.PostAsJsonAsync(
            "api/tasks/image_processing", new JsonObject { ["args"] = JsonNode.Parse(args) });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task UploadAsync(string name, byte[] content) =>
        await (await azurite.Containers.GetAsync(Containers.Media)).GetBlobClient($"{_folder}/{name}")
            .UploadAsync(BinaryData.FromBytes(content));

    private async Task<(byte[] Content, string Type)> DownloadAsync(string name)
    {
        var blob = await (await azurite.Containers.GetAsync(Containers.Media)).GetBlobClient($"{_folder}/{name}").DownloadContentAsync();
        return (blob.Value.Content.ToArray(), blob.Value.Details.ContentType);
    }
}
