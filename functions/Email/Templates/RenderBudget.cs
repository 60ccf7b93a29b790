using Fluid;
using Fluid.Values;

namespace Serverless.Email.Templates;

/// <summary>The amount that one rendering may still read and make: characters of texts, and items of lists.</summary>
internal sealed class RenderBudget
{
    // A large newsletter is a hundredth of it.
    private const long MaxUnits = 20_000_000;
    private const string Key = "budget";

    private long _left = MaxUnits;

    public static void Give(TemplateContext context) => context.AmbientValues[Key] = new RenderBudget();

    public static RenderBudget Of(TemplateContext context) => (RenderBudget)context.AmbientValues[Key];

    /// <exception cref="TemplateException">Nothing is left.</exception>
    public void Charge(double units)
    {
        _left -= (long)Math.Min(units, MaxUnits + 1d);
        if (_left < 0) throw new TemplateException("it makes too much text.");
    }

    public static long SizeOf(FluidValue value) => value switch
    {
        StringValue text => text.ToStringValue().Length + 1,
        ArrayValue array => array.Values.Count + 1,
        _ => 1,
    };
}
