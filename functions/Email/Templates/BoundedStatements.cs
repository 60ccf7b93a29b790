using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace Serverless.Email.Templates;

/// <summary>Puts what looks at the budget in the place of what does not, and measures how deep a template is.</summary>
internal sealed class BoundedRewriter : AstRewriter
{
    private int _depth;

    public int Deepest { get; private set; }

    public override Statement Visit(Statement statement) => Within(() => base.Visit(statement));

    public override Expression Visit(Expression expression) => Within(() => base.Visit(expression));

    protected override Expression VisitRangeExpression(RangeExpression rangeExpression) =>
        new BoundedRange((RangeExpression)base.VisitRangeExpression(rangeExpression));

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
    {
        var visited = (CaptureStatement)base.VisitCaptureStatement(captureStatement);
        return new BoundedCapture(visited.Identifier, visited.Statements);
    }

    private T Within<T>(Func<T> visit)
    {
        Deepest = Math.Max(Deepest, ++_depth);
        var visited = visit();
        _depth--;
        return visited;
    }
}

/// <summary>A range of numbers that is looked at before it is made.</summary>
internal sealed class BoundedRange(RangeExpression range) : Expression
{
    private const int MaxItems = 10_000;

    /// <inheritdoc/>
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var from = (await range.From.EvaluateAsync(context)).ToNumberValue();
        var to = (await range.To.EvaluateAsync(context)).ToNumberValue();
        if (Math.Abs(from) > int.MaxValue || Math.Abs(to) > int.MaxValue || to - from >= MaxItems)
            throw new TemplateException(
                string.Create(CultureInfo.InvariantCulture, $"the range ({from}..{to}) has more than {MaxItems} numbers."));
        RenderBudget.Of(context).Charge((double)Math.Max(0, to - from));
        return await range.EvaluateAsync(context);
    }

    /// <inheritdoc/>
    protected override Expression Accept(AstVisitor visitor) => visitor.VisitOtherExpression(this);
}

/// <summary>Keeps what a block writes under a name, as far as the budget goes.</summary>
internal sealed class BoundedCapture(string identifier, IReadOnlyList<Statement> statements) : Statement
{
    /// <inheritdoc/>
    public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        context.IncrementSteps();
        await using var captured = new BoundedWriter(RenderBudget.Of(context));
        var completion = Completion.Normal;
        foreach (var statement in statements)
        {
            completion = await statement.WriteToAsync(captured, encoder, context);
            if (completion != Completion.Normal) break;
        }

        // What was captured is encoded already.
        context.SetValue(identifier, new StringValue(captured.ToString(), encode: false));
        return completion;
    }

    /// <inheritdoc/>
    protected override Statement Accept(AstVisitor visitor) => visitor.VisitOtherStatement(this);
}
