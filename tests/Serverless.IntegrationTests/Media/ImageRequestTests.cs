using System.Text.Json;
using Serverless.Http;
using Serverless.Media;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Media;

public sealed class ImageRequestTests
{
    [Fact]
    public void Read_Thumbnails_AreTargetsOfTheirSizes()
    {
        var request = Read("""{"source":"media/a.jpg","thumbnails":{"blob":"media/t/a-{size}.webp","sizes":[64,256],"fit":"cover"}}""");

        Assert.Equal(["media/t/a-64.webp", "media/t/a-256.webp"], request.Renditions.Select(r => r.Blob.ToString()));
        Assert.Equal(
            [(64, 64, ImageFit.Cover), (256, 256, ImageFit.Cover)], request.Renditions.Select(
                r => (r.Target.Width!.Value, r.Target.Height!.Value, r.Target.Fit)));
    }

    [Theory]
    [InlineData("a.JPG", ImageFormat.Jpeg)]
    [InlineData("a.jpeg", ImageFormat.Jpeg)]
    [InlineData("a.png", ImageFormat.Png)]
    [InlineData("a.webp", ImageFormat.Webp)]
    internal void Read_FormatLeftOut_IsTheEnding(string name, ImageFormat expected) =>
        Assert.Equal(expected, Assert.Single(Read($$"""{"source":"media/s","targets":[{"blob":"media/{{name}}"}]}""").Renditions).Format);

    [Theory]
    [InlineData("""{"source":"incoming/a.jpg","targets":[{"blob":"media/b.png"}]}""",
        "source: Must be a blob's name that starts with \"media/\".")]
    [InlineData("""{"source":"media/../a.jpg","targets":[{"blob":"media/b.png"}]}""", "source: A segment of the path is")]
    [InlineData("""{"source":"media/a.jpg"}""", "give 1 to 32 targets")]
    [InlineData("""{"source":"media/a.jpg","targets":[null]}""", "targets[0]: is null.")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/a.jpg"}]}""", "targets[0].blob: is the source")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png"},{"blob":"media/b.png"}]}""",
        "targets[1].blob: media/b.png stands twice.")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.tiff"}]}""", "targets[0].format: is not told by the ending")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b","format":7}]}""", "targets[0].format: there is no such format")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png","fit":7}]}""", "targets[0].fit: there is no such fit")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png","width":0}]}""",
        "targets[0].width: is 0; give 1 to 16383 pixels.")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png","height":20000}]}""", "targets[0].height: is 20000")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.jpg","quality":0}]}""", "targets[0].quality: is 0; give 1 to 100.")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png","quality":50}]}""", "targets[0].quality: PNG has no quality")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png","background":"white"}]}""",
        "targets[0].background: is no colour")]
    [InlineData("""{"source":"media/a.jpg","targets":[{"blob":"media/b.png","crop":{"x":-1,"y":0,"width":1,"height":1}}]}""",
        "targets[0].crop: takes x and y from 0")]
    [InlineData("""{"source":"media/a.jpg","thumbnails":{"blob":"media/t.png","sizes":[64]}}""", "thumbnails.blob: has no {size}")]
    [InlineData("""{"source":"media/a.jpg","thumbnails":{"blob":"media/{size}.png","sizes":[]}}""", "thumbnails.sizes: is empty")]
    [InlineData("""{"source":"media/a.jpg","thumbnails":{"blob":"media/{size}.png","sizes":[0]}}""", "thumbnails[0].width: is 0")]
    public void Read_Fault_IsNamed(string json, string expected)
    {
        var fault = Assert.Throws<TaskValidationException>(() => Read(json));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralFaults_NamesThemAll()
    {
        var fault = Assert.Throws<TaskValidationException>(
            () => Read("""{"source":"x","targets":[{"blob":"y.png","width":0},{"blob":"media/b.jpg","quality":101}]}"""));

        Assert.All(
            ["source:", "targets[0].blob:", "targets[0].width:", "targets[1].quality:"], part => Assert.Contains(
                part, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WhatTheReadmeShows_HasNoFault()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "docs", "tasks.md"));
        var start = readme.IndexOf("{\n  \"source\": \"media/", StringComparison.Ordinal);

        Assert.Equal(3, Read(readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)]).Renditions.Count);
    }

    private static ImageRequest Read(string json) => ImageRequest.Read(JsonSerializer.Deserialize<ImageArgs>(json, AppJson.Options)!);
}
