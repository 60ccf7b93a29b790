using Serverless.Media;
using SkiaSharp;

namespace Serverless.UnitTests.Media;

public sealed class PlacementTests
{
    [Theory]
    [InlineData(null, null, ImageFit.Inside, false, 400, 200)]
    [InlineData(100, null, ImageFit.Inside, false, 100, 50)]
    [InlineData(null, 100, ImageFit.Cover, false, 200, 100)]     // one side: the image's ratio, whatever the fit
    [InlineData(100, 100, ImageFit.Inside, false, 100, 50)]
    [InlineData(100, 100, ImageFit.Cover, false, 100, 100)]
    [InlineData(100, 100, ImageFit.Contain, false, 100, 100)]
    [InlineData(100, 100, ImageFit.Fill, false, 100, 100)]
    [InlineData(800, 800, ImageFit.Inside, false, 400, 200)]     // not enlarged
    [InlineData(800, 800, ImageFit.Inside, true, 800, 400)]
    [InlineData(400, 400, ImageFit.Cover, false, 200, 200)]      // the box keeps its ratio
    [InlineData(400, 400, ImageFit.Cover, true, 400, 400)]
    [InlineData(800, 800, ImageFit.Contain, false, 800, 800)]    // the background makes up for it
    [InlineData(800, 100, ImageFit.Fill, false, 400, 100)]
    [InlineData(1, 1, ImageFit.Inside, false, 1, 1)]             // never without pixels
    internal void Of_Box_GivesTheCanvas(int? width, int? height, ImageFit fit, bool enlarge, int canvasWidth, int canvasHeight) =>
        Assert.Equal(new SKSizeI(canvasWidth, canvasHeight), Of(width, height, fit, enlarge).Canvas);

    [Fact]
    public void Of_Cover_TakesTheMiddle() => Assert.Equal(new SKRect(100, 0, 300, 200), Of(100, 100, ImageFit.Cover).Source);

    [Fact]
    public void Of_Contain_StandsInTheMiddle() => Assert.Equal(new SKRect(0, 25, 100, 75), Of(100, 100, ImageFit.Contain).Destination);

    [Fact]
    public void Of_Part_IsPlacedAlone()
    {
        var placement = Placement.Of(SKRectI.Create(10, 20, 100, 50), new ImageTarget("", Width: 50));

        Assert.Equal((new SKSizeI(50, 25), new SKRect(10, 20, 110, 70), 0.5f), (placement.Canvas, placement.Source, placement.Scale));
    }

    private static Placement Of(int? width, int? height, ImageFit fit, bool enlarge = false) =>
        Placement.Of(SKRectI.Create(400, 200), new ImageTarget("", width, height, fit, enlarge));
}
