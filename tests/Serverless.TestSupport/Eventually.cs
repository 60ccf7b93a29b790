using System.Diagnostics;

namespace Serverless.TestSupport;

/// <summary>Waits for what another thread or process is about to do; the time it may take is far over what it needs.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"Not within {Patience}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public static async Task EqualAsync<T>(T expected, Func<Task<T>> actual)
    {
        var last = default(T);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience && !EqualityComparer<T>.Default.Equals(expected, last = await actual()))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        Assert.Equal(expected, last);
    }
}
