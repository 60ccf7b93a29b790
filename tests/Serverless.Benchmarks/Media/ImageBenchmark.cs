using System.Diagnostics;
using Serverless.Local.CommandLine;
using Serverless.Media;
using Serverless.Storage;
using SkiaSharp;

namespace Serverless.Benchmarks.Media;

/// <summary>
/// A set of thumbnails of a camera's JPEG, as the task makes it: beside each one made from all the pixels. One core, in turn.
/// </summary>
internal static class ImageBenchmark
{
    private const int Width = 4_000;
    private const int Height = 3_000;
    private static readonly int[] Sizes = [64, 256, 1_024];
    private static readonly BlobName Source = new("media", "source.jpg");
    private static readonly MediaSettings Settings = new();

    public static CommandSyntax Syntax { get; } = new("images", "Makes thumbnails of a 12-megapixel JPEG.", [],
    [
        new("--rounds", "N", "Measurements of each; 5 unless given."),
    ]);

    public static Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rounds = arguments.GetInteger("--rounds", 1, 100) ?? 5;
        arguments.Check();

        var file = Photograph();
        Console.WriteLine(
            $"{Width} x {Height} pixels, {file.Length / 1e6:F1} MB, thumbnails of {string.Join(", ", Sizes)}, median of {rounds} " +
            $"rounds in turn");
        var (shared, apart) = (new List<double>(), new List<double>());
        Time(() => Together(file));
        Time(() => Apart(file));
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            shared.Add(Time(() => Together(file)));
            apart.Add(Time(() => Apart(file)));
        }

        Console.WriteLine($"As the task does it  {Median(shared):F3} s  {1 / Median(shared):F1} sets/s");
        Console.WriteLine($"From all the pixels  {Median(apart):F3} s  {1 / Median(apart):F1} sets/s");
        Console.WriteLine(
            $"{Median(apart) / Median(shared):F1} times as fast, with {Decoded(file, Sizes.Max()) / (double)Decoded(file, Width):P0} of " +
            $"the pixels in memory");
        return Task.CompletedTask;
    }

    // Read at a fraction of its size, and reduced by halves that the thumbnails share.
    private static int Together(byte[] file)
    {
        using var image = SourceImage.Open(file, Source, Settings);
        var placements = Sizes.Select(size => Place(image, size)).ToList();
        using var pyramid = image.Decode(placements.Max(p => p.Scale) * 2);
        return placements.Zip(Sizes).Sum(p => Render(pyramid, image, p.First, p.Second));
    }

    private static int Apart(byte[] file) => Sizes.Sum(size =>
    {
        using var image = SourceImage.Open(file, Source, Settings);
        using var pyramid = image.Decode(1);
        return Render(pyramid, image, Place(image, size), size);
    });

    private static long Decoded(byte[] file, int size)
    {
        using var image = SourceImage.Open(file, Source, Settings);
        using var pyramid = image.Decode(Place(image, size).Scale * 2);
        return (long)pyramid.Size.Width * pyramid.Size.Height;
    }

    private static Placement Place(SourceImage image, int size) =>
        Placement.Of(SKRectI.Create(image.Size), new ImageTarget("", size, size));

    private static int Render(ImagePyramid pyramid, SourceImage image, Placement placement, int size) => ImageRenderer.Render(
        pyramid, image.Size, placement, new Rendition(
            Source, "", new ImageTarget("", size, size), ImageFormat.Jpeg, SKColors.White)).Length;

    // Soft areas with some grain: what a JPEG of a scene is like.
    private static byte[] Photograph()
    {
        var random = new Random(11);
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var (i, y) = (0, 0); y < Height; y++)
        {
            for (var x = 0; x < Width; x++, i += 4)
            {
                var grain = random.Next(12);
                pixels[i] = (byte)((x / 16) + grain);
                pixels[i + 1] = (byte)((y / 13) + grain);
                pixels[i + 2] = (byte)(((x + y) / 30) + grain);
                pixels[i + 3] = 255;
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data!.ToArray();
    }

    private static double Time(Func<int> work)
    {
        var started = Stopwatch.GetTimestamp();
        var bytes = work();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return bytes > 0 ? seconds : throw new InvalidOperationException("Nothing was made.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
